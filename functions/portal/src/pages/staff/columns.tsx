/** A chart of upright bars, stacked if they have parts, with a table of its figures. */
import type { ComponentChildren } from "preact";
import { t } from "../../language";

export interface Column {
  name: string;
  parts: number[];
  say: string;
}

interface Props {
  title: string;
  lead: ComponentChildren;
  columns: Column[];
  /** The names of the parts, if there are several. */
  series?: string[];
  /** The table. */
  children: ComponentChildren;
}

export function Columns({ title, lead, columns, series = [], children }: Props) {
  const sums = columns.map((c) => c.parts.reduce((sum, part) => sum + part, 0));
  const most = Math.max(...sums);
  return (
    <section class="chart card">
      <h2>{title}</h2>
      {most > 0 ? (
        <>
          <p class="lead">{lead}</p>
          <p class="axis" aria-hidden="true">
            <bdi>{columns[sums.indexOf(most)]?.say}</bdi>
            <span>0</span>
          </p>
          <svg
            viewBox={`0 0 ${columns.length * 10} 100`}
            preserveAspectRatio="none"
            role="img"
            aria-label={t("{title}; the table below has the figures", { title })}
          >
            {columns.map((c, x) => {
              let y = 100;
              return (
                <g key={c.name}>
                  <title>{`${c.name}: ${c.say}`}</title>
                  <rect x={x * 10} y="0" width="10" height="100" />
                  {c.parts.map((part, n) => {
                    const height = (part / most) * 98;
                    y -= height;
                    return height > 0 && <rect key={n} class={`s${n}`} x={x * 10 + 1} y={y} width="8" height={height} />;
                  })}
                </g>
              );
            })}
          </svg>
          <p class="ends" aria-hidden="true">
            <span>{columns[0]?.name}</span>
            <span>{columns.at(-1)?.name}</span>
          </p>
          {series.length > 1 && (
            <ul class="legend">
              {series.map((name, n) => (
                <li key={name}>
                  <i class={`s${n}`} />
                  {name}
                </li>
              ))}
            </ul>
          )}
          <details>
            <summary>{t("As a table")}</summary>
            {children}
          </details>
        </>
      ) : (
        <p class="quiet">{t("Nothing yet.")}</p>
      )}
    </section>
  );
}
