/** Changes many DIDs at once; empty fields stay unchanged. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "../router";
import { api, body, type Rental } from "../api/client";
import { editsPath, makeEdit } from "../model/edits";
import { inTurns } from "../model/turns";
import { readTags } from "../model/tags";
import { count, plural } from "../model/words";
import { Dialog } from "./dialog";
import { Field, Form, type Values } from "./form";
import { tell } from "./toast";
import { rich, t } from "../language";

interface Props {
  rentals: Rental[];
  done: () => void;
}

export function BulkBar({ rentals, done, clear }: Props & { clear: () => void }) {
  const [editing, setEditing] = useState(false);
  if (rentals.length === 0) return null;
  return (
    <section class="tray" aria-label={t("Selected DIDs")}>
      <div class="tray-line">
        <p class="sum">{rich("Selected DIDs {rentals}", { rentals: <b>{rentals.length}</b> })}</p>
        <button type="button" class="quiet" onClick={clear}>
          {t("Clear")}
        </button>
        <button type="button" class="primary" onClick={() => setEditing(true)}>
          {t("Edit {DIDs}", { DIDs: plural(rentals.length, "DID") })}
        </button>
      </div>
      <Dialog open={editing} close={() => setEditing(false)} title={t("Edit {DIDs}", { DIDs: plural(rentals.length, "DID") })}>
        <BulkForm rentals={rentals} close={() => setEditing(false)} done={done} />
      </Dialog>
    </section>
  );
}

/** The most DIDs that the page changes one by one. More are one job, which goes on when the page is closed. */
const mostAlone = 20;

function BulkForm({ rentals, done, close }: Props & { close: () => void }) {
  const { route } = useLocation();
  const [left, setLeft] = useState<number | null>(null);
  const stopped = useRef(false);
  useEffect(() => () => void (stopped.current = true), []); // Cancel and Escape stop the edit
  const send = async ({ destination, label, tags }: Values) => {
    const added = readTags(tags ?? "");
    if (!destination && !label && added.length === 0) throw new Error(t("Fill in at least one field."));
    if (rentals.length > mostAlone) {
      const set = { ...(destination && { destination }), ...(label && { label }) };
      const job = await makeEdit(undefined, { select: { dids: rentals.map((rental) => rental.did) }, set, add_tags: added });
      done();
      route(editsPath(undefined, job.id));
      return;
    }
    const failed: string[] = [];
    let open = rentals.length;
    setLeft(open);
    await inTurns(rentals, async (rental) => {
      if (stopped.current) return;
      const change = {
        ...(destination && { destination }),
        ...(label && { label }),
        ...(added.length > 0 && { tags: [...new Set([...rental.tags, ...added])] }),
      };
      await body(api.PATCH("/v1/dids/{did}", { params: { path: { did: rental.did } }, body: change })).catch((error: Error) =>
        failed.push(`${rental.display}: ${error.message}`),
      );
      setLeft(--open);
    });
    if (stopped.current) {
      tell(t("Stopped: {rentals} of {DIDs} changed.", { rentals: count(rentals.length - open - failed.length), DIDs: plural(rentals.length, "DID") }), "bad");
      done();
      return;
    }
    setLeft(null);
    if (failed.length) throw new Error(t("{DIDs} could not be changed. {failed}", { DIDs: plural(failed.length, "DID"), failed: failed[0] }));
    tell(t("{DIDs} changed.", { DIDs: plural(rentals.length, "DID") }));
    done();
  };
  return (
    <Form yes={t("Change {DIDs}", { DIDs: plural(rentals.length, "DID") })} send={send} close={close}>
      <p class="hint">{t("Empty fields stay unchanged.")}</p>
      <Field name="destination" label={t("Destination")} placeholder="sip:desk@example.com" />
      <Field name="label" label={t("Label")} maxLength={100} />
      <Field name="tags" label={t("Add tags")} placeholder="sales, berlin" />
      {left !== null && <progress max={rentals.length} value={rentals.length - left} aria-label={t("Changed")} />}
    </Form>
  );
}
