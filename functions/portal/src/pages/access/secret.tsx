/** A text that is shown once, to be copied. */
import { t } from "../../language";
export function Secret({ lead, text, close }: { lead: string; text: string; close: () => void }) {
  return (
    <div class="note good" role="status">
      <div>
        <p>{lead}</p>
        <p>
          <code class="key">{text}</code>
        </p>
        <p class="buttons">
          <button type="button" onClick={() => void navigator.clipboard.writeText(text)}>
            {t("Copy")}
          </button>
          <button type="button" onClick={close}>
            {t("Done")}
          </button>
        </p>
      </div>
    </div>
  );
}
