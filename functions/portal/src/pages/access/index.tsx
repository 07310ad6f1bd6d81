/** The users and API keys of a customer, for its owners, or of the carrier, for its staff. */
import { me } from "../../model/me";
import { useTitle } from "../../ui/hooks";
import { PageHead } from "../../ui/parts";
import { Keys } from "./keys";
import { Users } from "./users";
import { t } from "../../language";

export function AccessPage() {
  useTitle(t("Users and keys"));
  return (
    <div class="page">
      <PageHead
        title={t("Users and keys")}
        lead={t("Of {name}. A change takes effect everywhere within a minute.", { name: me.value?.customer?.name ?? me.value?.carrier.name })}
      />
      <Users />
      <Keys />
    </div>
  );
}
