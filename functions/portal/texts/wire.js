/** Names that come from the API and that the page shows as words, and the codes of problems that it explains itself. */
const words = `
active past_due suspended pending_release aging released ported_out available held rented withheld unavailable
queued running completed failed rejected planned plan applied unchanged awaiting_upload processing review paid open closed draft void issued expired cancelled
setup recurring proration renewal payment refund adjustment order credit credit_note invoice reclaim rounding
admin sales billing customer_success viewer buyer owner reports import search inventory rentals routes customers account webhooks
geographic mobile toll_free fixed_line national uifn shared_cost premium voip
label destination tags country area type package features interval number start end prefix size status currency description
setup_cost recurring_cost minimum_term name state
offer adopt withhold return withdraw reprice
monday tuesday wednesday thursday friday saturday sunday
repeat ladder round pairs palindrome
`;

const problems = `
unauthenticated forbidden not_found invalid_request dids_unavailable total_changed insufficient_funds purchasing_off spending_limit approval_required
idempotency_key_reused in_progress illegal_state minimum_term already_exists reference_reused cursor_expired rate_limited
no_payment_provider provider_refused provider_unavailable busy internal_error
`;

const listed = (text, mark) =>
  text
    .trim()
    .split(/\s+/)
    .map((name) => mark + name);

export const fromApi = [...listed(words, "="), ...listed(problems, "!")];
