/** Pages of orders without a cart. They load when they are first shown. */
export { BuyPage } from "./buy";
export { LargeOrder } from "./progress";
export { CustomerOrderPage } from "./staff";
export { WaitingOrders } from "./waiting";
