import { PageHead } from "../../ui/parts";

export function HomePage() {
  return <div class="page"><PageHead title="Home" /></div>;
}
