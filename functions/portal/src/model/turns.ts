/** Runs a task for each of many items, a few at a time, so that other requests don't wait for long. */
const atOnce = 4;

export async function inTurns<T>(all: T[], work: (one: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let one = all[next++]; one !== undefined; one = all[next++]) await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
}
