import { PageHead } from "../../ui/parts";

export function InventoryPage() {
  return <div class="page"><PageHead title="Inventory" /></div>;
}
