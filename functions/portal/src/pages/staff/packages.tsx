/** What numbers cost. A changed price is a new version, for new rentals. */
import { api, body } from "../../api/client";
import { capital, every, plural } from "../../model/words";
import { useLoad, useTitle } from "../../ui/hooks";
import { Amount, Empty, Failure, PageHead, Skeleton, TableBox } from "../../ui/parts";

export function PackagesPage() {
  useTitle("Packages");
  const packages = useLoad((signal) => body(api.GET("/v1/packages", { signal })), []);
  return (
    <div class="page">
      <PageHead title="Packages" lead="What numbers cost. A changed price is a new version, for new rentals; who rents already keeps theirs." />
      {packages.error ? <Failure error={packages.error} retry={packages.reload} />
        : !packages.data ? <Skeleton />
        : packages.data.data.length === 0 ? <Empty title="No package yet" icon="tag" />
        : (
          <TableBox caption="Packages">
              <thead><tr><th scope="col">Package</th><th scope="col">For</th><th scope="col" class="money">Setup cost</th><th scope="col" class="money">Recurring cost</th><th scope="col">Charged</th><th scope="col">Minimum term</th><th scope="col" class="money">Version</th></tr></thead>
              <tbody>
                {packages.data.data.map((p) => (
                  <tr key={`${p.id}-${p.version}`}>
                    <th scope="row">{p.name} <small>{p.id}</small></th>
                    <td>{p.description}</td>
                    <td class="money"><Amount value={p.setup} /></td>
                    <td class="money"><Amount value={p.recurring} /></td>
                    <td>{capital(every(p.interval))}</td>
                    <td>{p.min_term_days ? plural(p.min_term_days, "day") : <span class="quiet">none</span>}</td>
                    <td class="money">{p.version}</td>
                  </tr>
                ))}
              </tbody>
            </TableBox>
        )}
    </div>
  );
}
