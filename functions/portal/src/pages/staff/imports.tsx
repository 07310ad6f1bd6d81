import { PageHead } from "../../ui/parts";

export function ImportsPage() {
  return <div class="page"><PageHead title="Imports" /></div>;
}
