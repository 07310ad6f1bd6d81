/** Changes all DIDs of a list by a job, which shows first what would change. */
import { useLocation } from "../router";
import { editsPath, makeEdit, selectionOf, type EditRequest } from "../model/edits";
import type { RentalFilters } from "../model/rentalfilters";
import { readTags } from "../model/tags";
import { plural } from "../model/words";
import { Field, FormDialog, type Values } from "./form";
import { t } from "../language";

interface Props {
  filters: RentalFilters;
  total: number;
  customer?: string;
}

export function EditAll({ filters, total, customer }: Props) {
  const { route } = useLocation();
  return (
    <FormDialog
      label={t("Edit all")}
      title={t("Edit {DIDs}", { DIDs: plural(total, "DID") })}
      disabled={total === 0}
      yes={t("Preview")}
      send={async (values) => {
        const job = await makeEdit(customer, { select: selectionOf(filters), ...changeOf(values), dry_run: true });
        route(editsPath(customer, job.id));
      }}
    >
      <Field
        name="action"
        label={t("Change")}
        options={[
          ["", t("Destination, label or tags")],
          ["cancel", t("Cancel the DIDs")],
          ["restore", t("Take cancellations back")],
        ]}
      />
      <Field name="destination" label={t("Destination")} placeholder="sip:desk@example.com" hint={t("Empty fields stay unchanged.")} />
      <Field name="label" label={t("Label")} maxLength={100} />
      <Field name="add_tags" label={t("Add tags")} placeholder="sales, berlin" />
      <Field name="remove_tags" label={t("Remove tags")} placeholder="sales, berlin" />
    </FormDialog>
  );
}

/** The members of the request that the form's values are. */
function changeOf({ action, destination, label, add_tags, remove_tags }: Values): Partial<EditRequest> {
  const added = readTags(add_tags ?? "");
  const removed = readTags(remove_tags ?? "");
  return {
    ...(action === "cancel" && { cancel: true }),
    ...(action === "restore" && { restore: true }),
    ...((destination || label) && { set: { ...(destination && { destination }), ...(label && { label }) } }),
    ...(added.length > 0 && { add_tags: added }),
    ...(removed.length > 0 && { remove_tags: removed }),
  };
}
