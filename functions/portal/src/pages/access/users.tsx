/** The users of the customer or of the carrier, with invitations. */
import { useState } from "preact/hooks";
import { api, body, type Schemas, whole } from "../../api/client";
import { isCustomer, may, me } from "../../model/me";
import { capital, date, spaced } from "../../model/words";
import { Ask } from "../../ui/ask";
import { Checks, chosen, Field, FormDialog } from "../../ui/form";
import { useLoad } from "../../ui/hooks";
import { State } from "../../ui/parts";
import { Ready } from "../../ui/ready";
import { Table, type TableColumn } from "../../ui/table";
import { tell } from "../../ui/toast";
import { Secret } from "./secret";

type Person = Schemas["Person"];
type Role = Schemas["NewPerson"]["roles"][number];

const customerRoles: [Role, string][] = [
  ["owner", "Owner: buys, and manages users and keys"],
  ["buyer", "Buyer"],
  ["viewer", "Viewer: reads only"],
];
const staffRoles: [Role, string][] = [
  ["admin", "Admin"],
  ["customer_success", "Customer success"],
  ["sales", "Sales"],
  ["billing", "Billing"],
  ["viewer", "Viewer: reads only"],
];
const roles = () => (isCustomer.value ? customerRoles : staffRoles);

export function Users() {
  const users = useLoad((signal) => whole((cursor) => body(api.GET("/v1/users", { params: { query: { limit: 200, cursor } }, signal }))), []);
  const [link, setLink] = useState<string>();
  const invited = (person: { invitation_url: string }) => {
    setLink(person.invitation_url);
    users.reload();
  };
  return (
    <section>
      <div class="toolbar">
        <h2>Users</h2>
        {may.manage.value && <Invite made={invited} />}
      </div>
      {link && (
        <Secret lead="Send this link to the new user yourself; no mail is sent. It works once, for seven days." text={link} close={() => setLink(undefined)} />
      )}
      <Ready of={users} lines={3}>
        {({ data }) => <Table caption="Users" rows={data} columns={columns(users.reload, invited)} />}
      </Ready>
    </section>
  );
}

function columns(reload: () => void, invited: (person: { invitation_url: string }) => void): TableColumn<Person>[] {
  const shown: TableColumn<Person>[] = [
    [
      "User",
      (u) => (
        <>
          {u.name ?? u.id}
          {u.id === me.value?.user.id && <small class="quiet"> (you)</small>}
        </>
      ),
    ],
    ["Email", (u) => u.email],
    ["Roles", (u) => u.roles.map((role) => capital(spaced(role))).join(", ")],
    [
      "Status",
      (u) => (u.status === "invited" ? <State of="queued" say={`Invited until ${u.invited_until ? date(u.invited_until) : "–"}`} /> : <State of="active" />),
    ],
  ];
  if (!may.manage.value) return shown;
  return [...shown, ["Change", (u) => <Change user={u} done={reload} invited={invited} />]];
}

function Change({ user, done, invited }: { user: Person; done: () => void; invited: (person: { invitation_url: string }) => void }) {
  const params = { path: { id: user.id } };
  const name = user.name ?? user.id;
  return (
    <span class="buttons">
      {user.status === "invited" && (
        <button type="button" onClick={() => void body(api.POST("/v1/users/{id}/invitation", { params })).then(invited, (error: Error) => tell(error.message))}>
          New link
        </button>
      )}
      <FormDialog
        label="Edit"
        title={`Edit ${name}`}
        yes="Save"
        send={async (v) => {
          await body(api.PATCH("/v1/users/{id}", { params, body: { name: v.name, roles: chosen<Role>(v, "role") } }));
          done();
        }}
      >
        <Field name="name" label="Name" value={name} required />
        <Checks name="role" label="Roles" options={roles()} checked={user.roles} />
      </FormDialog>
      <Ask label="Remove" title={`Remove ${name}?`} danger run={() => body(api.DELETE("/v1/users/{id}", { params })).then(done)}>
        <p>{name} can’t sign in within a minute from now. Their actions stay in the records.</p>
      </Ask>
    </span>
  );
}

function Invite({ made }: { made: (person: { invitation_url: string }) => void }) {
  return (
    <FormDialog
      label="Invite a user"
      title="Invite a user"
      yes="Create link"
      primary
      send={async (v) => {
        made(await body(api.POST("/v1/users", { body: { name: v.name ?? "", email: v.email || undefined, roles: chosen<Role>(v, "role") } })));
      }}
    >
      <Field name="name" label="Name" required />
      <Field name="email" label="Email" hint="For your list; nothing is sent to it." />
      <Checks name="role" label="Roles" options={roles()} />
    </FormDialog>
  );
}
