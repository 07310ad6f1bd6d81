import { PageHead } from "../../ui/parts";

export function ImportPage() {
  return <div class="page"><PageHead title="Import" /></div>;
}
