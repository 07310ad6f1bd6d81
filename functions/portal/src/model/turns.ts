/** Does something for each of many, a few at a time, so that nobody else has to wait for long. */
const atOnce = 4;

export async function inTurns<T>(all: T[], work: (one: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let one = all[next++]; one !== undefined; one = all[next++]) await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
}
