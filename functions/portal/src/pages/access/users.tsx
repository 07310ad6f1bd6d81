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
import { t } from "../../language";

type Person = Schemas["Person"];
type Role = Schemas["NewPerson"]["roles"][number];

const customerRoles: [Role, string][] = [
  ["owner", t("Owner: buys, and manages users and keys")],
  ["buyer", t("Buyer")],
  ["viewer", t("Viewer: reads only")],
];
const staffRoles: [Role, string][] = [
  ["admin", t("Admin")],
  ["customer_success", t("Customer success")],
  ["sales", t("Sales")],
  ["billing", t("Billing")],
  ["viewer", t("Viewer: reads only")],
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
        <h2>{t("Users")}</h2>
        {may.manage.value && <Invite made={invited} />}
      </div>
      {link && (
        <Secret
          lead={t("Send this link to the new user yourself; no mail is sent. It works once, for seven days.")}
          text={link}
          close={() => setLink(undefined)}
        />
      )}
      <Ready of={users} lines={3}>
        {({ data }) => <Table caption={t("Users")} rows={data} columns={columns(users.reload, invited)} />}
      </Ready>
    </section>
  );
}

function columns(reload: () => void, invited: (person: { invitation_url: string }) => void): TableColumn<Person>[] {
  const shown: TableColumn<Person>[] = [
    [
      t("User"),
      (u) => (
        <>
          {u.name ?? u.id}
          {u.id === me.value?.user.id && <small class="quiet"> {t("(you)")}</small>}
        </>
      ),
    ],
    [t("Email"), (u) => u.email],
    [t("Roles"), (u) => u.roles.map((role) => capital(spaced(role))).join(", ")],
    [
      t("Status"),
      (u) =>
        u.status === "invited" ? (
          <State of="queued" say={t("Invited until {invited_until}", { invited_until: u.invited_until ? date(u.invited_until) : "–" })} />
        ) : (
          <State of="active" />
        ),
    ],
  ];
  if (!may.manage.value) return shown;
  return [...shown, [t("Change"), (u) => <Change user={u} done={reload} invited={invited} />]];
}

function Change({ user, done, invited }: { user: Person; done: () => void; invited: (person: { invitation_url: string }) => void }) {
  const params = { path: { id: user.id } };
  const name = user.name ?? user.id;
  return (
    <span class="buttons">
      {user.status === "invited" && (
        <button type="button" onClick={() => void body(api.POST("/v1/users/{id}/invitation", { params })).then(invited, (error: Error) => tell(error.message))}>
          {t("New link")}
        </button>
      )}
      <FormDialog
        label={t("Edit")}
        title={t("Edit {name}", { name })}
        yes={t("Save")}
        send={async (v) => {
          await body(api.PATCH("/v1/users/{id}", { params, body: { name: v.name, roles: chosen<Role>(v, "role") } }));
          done();
        }}
      >
        <Field name="name" label={t("Name")} value={name} required />
        <Checks name="role" label={t("Roles")} options={roles()} checked={user.roles} />
      </FormDialog>
      <Ask label={t("Remove")} title={t("Remove {name}?", { name })} danger run={() => body(api.DELETE("/v1/users/{id}", { params })).then(done)}>
        <p>{t("{name} can’t sign in within a minute from now. Their actions stay in the records.", { name })}</p>
      </Ask>
    </span>
  );
}

function Invite({ made }: { made: (person: { invitation_url: string }) => void }) {
  return (
    <FormDialog
      label={t("Invite a user")}
      title={t("Invite a user")}
      yes={t("Create link")}
      primary
      send={async (v) => {
        made(await body(api.POST("/v1/users", { body: { name: v.name ?? "", email: v.email || undefined, roles: chosen<Role>(v, "role") } })));
      }}
    >
      <Field name="name" label={t("Name")} required />
      <Field name="email" label={t("Email")} hint={t("For your list; nothing is sent to it.")} />
      <Checks name="role" label={t("Roles")} options={roles()} />
    </FormDialog>
  );
}
