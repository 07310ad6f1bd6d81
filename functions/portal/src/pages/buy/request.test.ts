import { expect, test } from "vitest";
import { listed, requestOf } from "./request";

test("a pasted list has each number once", () => {
  expect(listed("+44 20 7946 0000\n\n+44 20 7946 0001; +442079460002,+44 20 7946 0000\r\n")).toEqual(["+44 20 7946 0000", "+44 20 7946 0001", "+442079460002"]);
});

test("empty fields are left out of the criteria", () => {
  expect(requestOf({ q: "", area: "London", quantity: "200", consecutive: "10", sort: "price", partial: "on" })).toEqual({
    criteria: { area: "London", consecutive: 10, sort: "price" },
    quantity: 200,
    partial: true,
  });
});

test("a list is no criteria", () => {
  expect(requestOf({ list: "+1 202 555 0100" })).toEqual({ dids: ["+1 202 555 0100"], partial: false });
});
