/** Changes many DIDs at once; what is left empty stays as it is. */
import { useCallback, useState } from "preact/hooks";
import { api, body, type Rental } from "../api/client";
import { inTurns } from "../model/turns";
import { readTags } from "../model/tags";
import { plural } from "../model/words";
import { Dialog } from "./dialog";
import { useAction } from "./hooks";
import { Failure } from "./parts";
import { tell } from "./toast";

interface Props {
  rentals: Rental[];
  done: () => void;
}

export function BulkBar({ rentals, done, clear }: Props & { clear: () => void }) {
  const [editing, setEditing] = useState(false);
  if (rentals.length === 0) return null;
  return (
    <section class="tray" aria-label="Selected DIDs">
      <div class="tray-line">
        <p class="sum">Selected DIDs <b>{rentals.length}</b></p>
        <button type="button" class="quiet" onClick={clear}>Clear</button>
        <button type="button" class="primary" onClick={() => setEditing(true)}>Edit {plural(rentals.length, "DID")}</button>
      </div>
      <Dialog open={editing} close={() => setEditing(false)} title={`Edit ${plural(rentals.length, "DID")}`}>
        <BulkForm
          rentals={rentals}
          done={() => {
            setEditing(false);
            done();
          }}
        />
      </Dialog>
    </section>
  );
}

function BulkForm({ rentals, done }: Props) {
  const [destination, setDestination] = useState("");
  const [label, setLabel] = useState("");
  const [tags, setTags] = useState("");
  const [left, setLeft] = useState<number | null>(null);
  const save = useAction(
    useCallback(async () => {
      const added = readTags(tags);
      const failed: string[] = [];
      let open = rentals.length;
      setLeft(open);
      await inTurns(rentals, async (rental) => {
        const change = {
          ...(destination && { destination }),
          ...(label && { label }),
          ...(added.length > 0 && { tags: [...new Set([...rental.tags, ...added])] }),
        };
        await body(api.PATCH("/v1/dids/{did}", { params: { path: { did: rental.did } }, body: change })).catch((error: Error) => failed.push(`${rental.display}: ${error.message}`));
        setLeft(--open);
      });
      setLeft(null);
      if (failed.length) throw new Error(`${plural(failed.length, "DID")} could not be changed. ${failed[0]}`);
      tell(`${plural(rentals.length, "DID")} changed.`);
      done();
    }, [rentals, destination, label, tags, done]),
  );
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <p class="hint">What is left empty stays as it is.</p>
      <div class="field"><label for="bulk-destination">Destination</label><input id="bulk-destination" value={destination} placeholder="sip:desk@example.com" onInput={(event) => setDestination(event.currentTarget.value)} /></div>
      <div class="field"><label for="bulk-label">Label</label><input id="bulk-label" value={label} maxLength={100} onInput={(event) => setLabel(event.currentTarget.value)} /></div>
      <div class="field"><label for="bulk-tags">Add tags</label><input id="bulk-tags" value={tags} placeholder="sales, berlin" onInput={(event) => setTags(event.currentTarget.value)} /></div>
      {left !== null && <progress max={rentals.length} value={rentals.length - left} aria-label="Changed" />}
      {save.error && <Failure error={save.error} />}
      <div class="buttons"><button type="submit" class="primary" disabled={save.busy || !(destination || label || tags)}>Change {plural(rentals.length, "DID")}</button></div>
    </form>
  );
}
