/** Reads and writes tags that are separated by commas. */
export const readTags = (text: string): string[] => [
  ...new Set(
    text
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
];
export const sayTags = (tags: string[]): string => tags.join(", ");
