/** Where a newcomer accepts an invitation, with a token of their own. */
import { useCallback } from "preact/hooks";
import { api, ApiError, body } from "../api/client";
import { me } from "../model/me";
import { renew, signIn, token } from "../session";
import { useAction, useTitle } from "../ui/hooks";
import { Failure } from "../ui/parts";
import { t } from "../language";

export const invitationPath = "/invitation";

export function InvitationPage() {
  useTitle(t("Invitation"));
  const code = location.hash.slice(1);
  const action = useAction(useCallback(() => (token.value ? accept(code) : signIn(invitationPath + location.hash)), [code]));
  const already = action.error instanceof ApiError && action.error.status === 403;
  return (
    <main class="start">
      <p class="kicker">DID Purchase</p>
      <h1>{t("You are invited")}</h1>
      {code ? (
        <p class="lead">
          {token.value ? t("You are signed in. Accept the invitation to join.") : t("Sign in with your own account, then accept the invitation.")}
        </p>
      ) : (
        <p class="lead">{t("This link has no invitation in it. Ask for a new one.")}</p>
      )}
      {already ? (
        <p class="note bad" role="alert">
          {t("You are a user already, so this invitation is not for you. Sign out, or open the link in another browser.")}
        </p>
      ) : (
        action.error && <Failure error={action.error} />
      )}
      {code && (
        <p>
          <button type="button" class="button primary big" disabled={action.busy} onClick={() => void action.run()}>
            {token.value ? t("Accept the invitation") : t("Sign in")}
          </button>
        </p>
      )}
    </main>
  );
}

/** The API may remember for a minute that the present token was nobody's, so a new one comes first. */
async function accept(code: string): Promise<void> {
  await body(api.POST("/v1/invitations/accept", { body: { code } }));
  await renew();
  me.value = null; // loaded again for the new user
  location.replace("/");
}
