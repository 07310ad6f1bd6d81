/** The users and API keys of a customer, for its owners, or of the carrier, for its staff. */
import { me } from "../../model/me";
import { useTitle } from "../../ui/hooks";
import { PageHead } from "../../ui/parts";
import { Keys } from "./keys";
import { Users } from "./users";

export function AccessPage() {
  useTitle("Users and keys");
  return (
    <div class="page">
      <PageHead title="Users and keys" lead={`Of ${me.value?.customer?.name ?? me.value?.carrier.name}. A change takes effect everywhere within a minute.`} />
      <Users />
      <Keys />
    </div>
  );
}
