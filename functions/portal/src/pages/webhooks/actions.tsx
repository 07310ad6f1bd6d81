/** What people do with one webhook: test, change, turn off, rotate, delete. */
import type { ComponentChildren } from "preact";
import { useLocation } from "../../router";
import { api, body } from "../../api/client";
import { Ask } from "../../ui/ask";
import { FormDialog } from "../../ui/form";
import { useAction } from "../../ui/hooks";
import { Failure } from "../../ui/parts";
import { tell } from "../../ui/toast";
import { eventsOf, type Webhook } from "./index";
import { t } from "../../language";

interface Props {
  hook: Webhook;
  reload: () => void;
  /** Called when a delivery was begun. */
  sent: () => void;
  rotated: (secret: string) => void;
  /** The fields of the form. */
  edit: ComponentChildren;
}

export function Actions({ hook, reload, sent, rotated, edit }: Props) {
  const { route } = useLocation();
  const params = { path: { id: hook.id } };
  const test = useAction(async () => {
    await body(api.POST("/v1/webhooks/{id}/test", { params }));
    tell(t("A test is on its way. Its answer is among the deliveries."));
    sent();
  });
  const turn = useAction(async () => {
    await body(api.PATCH("/v1/webhooks/{id}", { params, body: { enabled: !hook.enabled } }));
    reload();
  });
  const failed = test.error ?? turn.error;
  return (
    <>
      <button type="button" class="primary" disabled={test.busy} onClick={() => void test.run()}>
        {t("Send a test")}
      </button>
      <button type="button" disabled={turn.busy} onClick={() => void turn.run()}>
        {hook.enabled ? t("Turn off") : t("Turn on")}
      </button>
      <FormDialog
        label={t("Edit")}
        title={t("Edit webhook")}
        yes={t("Save")}
        send={async (values) => {
          await body(api.PATCH("/v1/webhooks/{id}", { params, body: { url: values.url, events: eventsOf(values) } }));
          reload();
        }}
      >
        {edit}
      </FormDialog>
      <Ask
        label={t("Rotate secret")}
        title={t("Give the webhook a new secret?")}
        run={() =>
          body(api.POST("/v1/webhooks/{id}/rotate", { params })).then((made) => {
            rotated(made.secret);
            reload();
          })
        }
      >
        <p>{t("For 24 hours deliveries are signed with both secrets, so that your program can take the new one.")}</p>
      </Ask>
      <Ask
        label={t("Delete")}
        title={t("Delete the webhook?")}
        danger
        run={() => body(api.DELETE("/v1/webhooks/{id}", { params })).then(() => route("/webhooks"))}
      >
        <p>{t("Deliveries that wait for it are not sent.")}</p>
      </Ask>
      {failed && <Failure error={failed} />}
    </>
  );
}
