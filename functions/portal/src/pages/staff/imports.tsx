/** Carriers' files: drop one, watch it, read of the others. */
import { useCallback, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, body } from "../../api/client";
import { send } from "../../model/imports";
import { may } from "../../model/me";
import { count, moment } from "../../model/words";
import { useAction, useTitle } from "../../ui/hooks";
import { Pages } from "../../ui/pages";
import { Empty, Failure, Icon, PageHead, State, TableBox } from "../../ui/parts";
import { fileName } from "./home";

export function ImportsPage() {
  useTitle("Imports");
  return (
    <div class="page">
      <PageHead title="Imports" lead="Files of ranges, as CSV. Every row of a file has its row in the report." />
      {may.import.value && <Drop />}
      <Pages
        load={(cursor, signal) => body(api.GET("/v1/imports", { params: { query: { cursor } }, signal }))}
        empty={<Empty title="No file was imported yet" icon="upload" />}
      >
        {(jobs) => (
          <TableBox caption="Imports, the newest first">
              <thead>
                <tr><th scope="col">File</th><th scope="col">When</th><th scope="col">State</th><th scope="col" class="money">Rows</th><th scope="col" class="money">Applied</th><th scope="col" class="money">Rejected</th><th scope="col" class="money">DIDs added</th></tr>
              </thead>
              <tbody>
                {jobs.map((job) => (
                  <tr key={job.id}>
                    <th scope="row"><a href={`/imports/${job.id}`}>{fileName(job.source)}</a></th>
                    <td>{moment(job.created_at)}</td>
                    <td><State of={job.status} />{job.dry_run && <small> plan</small>}{job.action !== "offer" && <small> {job.action}</small>}</td>
                    <td class="money">{count(job.rows_read)}</td>
                    <td class="money">{count(job.rows_applied)}</td>
                    <td class={`money ${job.rows_rejected ? "short" : ""}`}>{count(job.rows_rejected)}</td>
                    <td class="money">{count(job.dids_added)}</td>
                  </tr>
                ))}
              </tbody>
            </TableBox>
        )}
      </Pages>
    </div>
  );
}

const choices = [
  ["plan", "Plan first: show what each row will do, change nothing yet"],
  ["whole", "All or nothing: apply no row if one is rejected"],
  ["replace", "Replace: withdraw what the file lacks"],
] as const;

function Drop() {
  const { route } = useLocation();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [sent, setSent] = useState<number | null>(null);
  const [how, setHow] = useState({ whole: false, replace: false, plan: true });
  const upload = useAction(
    useCallback(async (file: File | undefined) => {
      if (!file) return;
      setSent(0);
      try {
        route(`/imports/${await send(file, { mode: how.whole ? "all_or_nothing" : "partial", strategy: how.replace ? "replace" : "add", dry_run: how.plan }, setSent)}`);
      } finally {
        setSent(null);
      }
    }, [route, how]),
  );
  return (
    <section
      class={`drop ${over ? "over" : ""}`}
      aria-label="Import a file"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void upload.run(event.dataTransfer?.files[0]);
      }}
    >
      <Icon name="upload" />
      <div>
        <p><b>Drop a file here</b>, or <button type="button" disabled={upload.busy} onClick={() => input.current?.click()}>choose one</button></p>
        <p class="quiet">Columns by header: <code>start,end,package</code>, <code>prefix,size,package</code> or <code>number,package</code>, or by an import profile.</p>
        {choices.map(([name, say]) => (
          <label key={name} class="choice"><input type="checkbox" checked={how[name]} onChange={(event) => setHow({ ...how, [name]: event.currentTarget.checked })} /> {say}</label>
        ))}
        <input ref={input} class="hidden" type="file" accept=".csv,.txt,.tsv,.gz,text/csv" aria-label="File to import" tabIndex={-1} onChange={(event) => void upload.run(event.currentTarget.files?.[0])} />
        {sent !== null && <progress max={1} value={sent} aria-label="Sent" />}
        {upload.error && <Failure error={upload.error} />}
      </div>
    </section>
  );
}
