/** One id for all calls that follow from one action of the user. */
let current: string | undefined;

for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => (current = undefined), { capture: true });

/** The correlation id of the current action. */
export const reference = (): string => (current ??= crypto.randomUUID().slice(0, 18));
