/** Pages of staff and administrators, which most customers never load. */
export { AssignTray } from "./allocate";
export { HomePage } from "./home";
export { InventoryPage } from "./inventory";
export { ImportsPage } from "./imports";
export { ImportPage } from "./import";
export { CustomerPage } from "./customer";
export { SettingsPage } from "./settings";
export { CustomersPage } from "./customers";
export { RentalsPage } from "./rentals";
export { AccessPage } from "../access";
