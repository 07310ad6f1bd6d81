/** The list of rented numbers: the pages in view, and all of it as a file. */
import { api, body, type Rental, type Schemas } from "../api/client";
import { useReading, type Part } from "./reading";
import type { orders, RentalFilters, states } from "./rentalfilters";

type ApiFilters = Omit<RentalFilters, "state" | "sort" | "customer"> & { state?: (typeof states)[number]; sort?: (typeof orders)[number] };

/** The filters for the API, without the customer: a customer's own list has none. */
export function rentalsQuery({ customer: _, ...filters }: RentalFilters): ApiFilters {
  return filters as ApiFilters;
}

export function useRentals(filters: RentalFilters) {
  return useReading<Rental, Schemas["RentalList"]>(JSON.stringify(filters), (part: Part, signal) =>
    body(api.GET("/v1/dids", { params: { query: { ...rentalsQuery(filters), ...part } }, signal })),
  );
}

/** All numbers that match, as a file. */
export const rentalsFile = (filters: RentalFilters): Promise<string> =>
  body(api.GET("/v1/dids", { params: { query: rentalsQuery(filters), header: { Accept: "text/csv" } }, parseAs: "text" }));
