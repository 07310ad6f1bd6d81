import { expect, it } from "vitest";
import { country, every, labelled, left, plural, readInterval } from "./words";

it("shows the remaining time of a hold", () => {
  expect([900_000, 61_000, 59_001, 1, 0, -5].map(left)).toEqual(["15:00", "1:01", "1:00", "0:01", "0:00", "0:00"]);
});
it("names the interval", () => {
  expect(every({ unit: "month", count: 1 })).toBe("monthly");
  expect(every({ unit: "week", count: 2 })).toBe("every 2 weeks");
  expect(["day", "month", "3 months"].map(readInterval).map(every)).toEqual(["daily", "monthly", "every 3 months"]);
});
it("calls a field as its form does", () => {
  const labelOf = (name: string) => ({ url: "Address", events: "Events" })[name];
  expect(labelled("url: must begin with https://", labelOf)).toBe("Address: must begin with https://");
  expect(labelled('events/0: "x" is no type of event', labelOf)).toBe('Events: "x" is no type of event');
  expect(labelled("size: is too large", labelOf)).toBe("size: is too large");
  expect(labelled("The server can't be reached.", labelOf)).toBe("The server can't be reached.");
});
it("counts", () => expect([plural(1, "number"), plural(2000, "number")]).toEqual(["1 number", "2,000 numbers"]));
it("names countries, and keeps codes that are not countries", () =>
  expect([country("GB"), country(null), country("001x")]).toEqual(["United Kingdom", "International", "001x"]));
