/** The first page of a visitor who is not signed in. */
import { useCallback } from "preact/hooks";
import { callbackPath, signIn } from "../session";
import { useAction, useTitle } from "../ui/hooks";
import { LanguageChoice } from "../ui/languages";
import { Failure } from "../ui/parts";
import { rich, t } from "../language";

const samples = ["+44 20 7946 0000", "+1 212 555 0177", "+33 1 99 00 77 77", "+61 2 5550 0727", "+48 22 550 07 07"];

export function StartPage({ error }: { error?: Error }) {
  useTitle(t("Start"));
  const back = location.pathname === callbackPath ? "/" : location.pathname + location.search;
  const action = useAction(useCallback(() => signIn(back), [back]));
  const failed = action.error ?? error;
  return (
    <main class="start">
      <nav class="start-bar" aria-label={t("Main")}>
        <b class="kicker">DID Purchase</b>
        <LanguageChoice />
        <a class="button quiet" href="#purchase">
          {t("Purchase DID Now")}
        </a>
        <button type="button" disabled={action.busy} onClick={() => void action.run()}>
          {t("Sign in")}
        </button>
      </nav>
      <h1>
        {t("Find the number.")}
        <br />
        {rich("Hold it. It’s <mark>yours</mark>.", { mark: (text) => <mark>{text}</mark> })}
      </h1>
      <p class="lead">
        {t(
          "Search your carrier’s numbers as you would a dictionary: digits, gaps, words. What you pick is held for you for 15 minutes, and rented from the moment you check out.",
        )}
      </p>
      {failed && <Failure error={failed} />}
      <p id="purchase">
        <button type="button" class="button primary big" disabled={action.busy} onClick={() => void action.run()}>
          {back === "/" ? t("Start Purchasing DIDs") : t("Sign in to continue")}
        </button>
        <a class="button big" href="/docs">
          {t("API documentation")}
        </a>
      </p>
      <ul class="samples" aria-hidden="true">
        {samples.map((sample) => (
          <li key={sample}>{sample}</li>
        ))}
      </ul>
    </main>
  );
}
