import { PageHead } from "../../ui/parts";

export function PackagesPage() {
  return <div class="page"><PageHead title="Packages" /></div>;
}
