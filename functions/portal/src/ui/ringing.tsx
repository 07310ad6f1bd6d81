/** Right after checkout: sends calls to all bought numbers to one destination. */
import { useState } from "preact/hooks";
import { api, body } from "../api/client";
import { inTurns } from "../model/turns";
import { plural } from "../model/words";
import { useAction } from "./hooks";
import { Failure } from "./parts";
import { rich, t } from "../language";

export function Ringing({ dids }: { dids: string[] }) {
  const [destination, setDestination] = useState("");
  const [done, setDone] = useState<number | null>(null);
  const save = useAction(async () => {
    const failed: string[] = [];
    let set = 0;
    setDone(0);
    await inTurns(dids, async (did) => {
      await body(api.PATCH("/v1/dids/{did}", { params: { path: { did } }, body: { destination } })).catch((error: Error) =>
        failed.push(`${did}: ${error.message}`),
      );
      setDone(++set);
    });
    setDone(failed.length ? null : dids.length);
    if (failed.length) throw new Error(t("{numbers} could not be changed. {failed}", { numbers: plural(failed.length, "number"), failed: failed[0] }));
  });
  if (done === dids.length && !save.busy && !save.error)
    return (
      <div class="note good" role="status">
        <p>
          {rich("Calls to {numbers} go to {destination}. <a>My DIDs</a> has the settings of each.", {
            numbers: plural(dids.length, "number"),
            destination: <b>{destination}</b>,
            a: (text) => <a href="/dids">{text}</a>,
          })}
        </p>
      </div>
    );
  return (
    <form
      class="form card pad ringing"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <div class="field">
        <label for="ringing">{dids.length === 1 ? t("Where should it ring?") : t("Where should they ring?")}</label>
        <input
          id="ringing"
          value={destination}
          required
          placeholder="+44 20 7946 0123 or sip:desk@example.com"
          aria-describedby="ringing-hint"
          onInput={(event) => setDestination(event.currentTarget.value)}
        />
        <span id="ringing-hint" class="hint">
          {t("A number with its plus, or a SIP address. You can change it for each number later.")}
        </span>
      </div>
      {save.error && <Failure error={save.error} />}
      {done !== null && save.busy && <progress max={dids.length} value={done} aria-label={t("Changed")} />}
      <p>
        <button type="submit" disabled={save.busy}>
          {t("Set the destination of {numbers}", { numbers: plural(dids.length, "number") })}
        </button>
      </p>
    </form>
  );
}
