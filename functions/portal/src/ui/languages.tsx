/** The choice of the page's language. */
import { choose, language, languages, t, type Language } from "../language";

export function LanguageChoice() {
  return (
    <select class="languages" aria-label={t("Language")} value={language} onChange={(event) => choose(event.currentTarget.value as Language)}>
      {Object.entries(languages).map(([name, own]) => (
        <option key={name} value={name} lang={name}>
          {own}
        </option>
      ))}
    </select>
  );
}
