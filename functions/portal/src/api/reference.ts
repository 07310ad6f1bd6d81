/** Names what somebody does, in every call that comes of it: from one touch of the page to the next. */
let current: string | undefined;

for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => (current = undefined), { capture: true });

/** The correlation id of what is being done. */
export const reference = (): string => (current ??= crypto.randomUUID().slice(0, 18));
