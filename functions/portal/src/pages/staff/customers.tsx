import { PageHead } from "../../ui/parts";

export function CustomersPage() {
  return <div class="page"><PageHead title="Customers" /></div>;
}
