/** The filters and the order of a list of rented numbers, as they are in the address. */

export const states = ["active", "past_due", "suspended", "pending_release", "aging", "ported_out"] as const;
export const orders = ["number", "label", "next_charge", "assigned_at"] as const;

/** The filters, by the API's names; only staff have customer. */
export const rentalFilters = ["q", "state", "country", "area", "package", "tag", "destination", "sort", "customer"] as const;

export type RentalFilters = Partial<Record<(typeof rentalFilters)[number], string>>;

/** The filters of an address; unknown states and orders are left out. */
export function readFilters(address: Record<string, string | undefined>): RentalFilters {
  const filters: RentalFilters = {};
  for (const name of rentalFilters) if (address[name]) filters[name] = address[name];
  if (!states.some((s) => s === filters.state)) delete filters.state;
  if (!orders.some((s) => s === filters.sort)) delete filters.sort;
  return filters;
}

/** The path of a page with filters; a path is a view that can be saved as a bookmark. */
export function pathOf(page: string, filters: RentalFilters): string {
  const search = new URLSearchParams(rentalFilters.flatMap((name) => (filters[name] ? [[name, filters[name]]] : [])));
  return search.size ? `${page}?${search}` : page;
}

/** Whether a filter narrows the list. */
export const isNarrowed = ({ sort: _, customer: __, ...filters }: RentalFilters): boolean => Object.values(filters).some(Boolean);
