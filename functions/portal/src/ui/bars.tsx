/** A chart of horizontal bars that reads as a table. */
import type { ComponentChildren } from "preact";
import { t } from "../language";

export interface Bar {
  name: string;
  value: number;
  say: ComponentChildren;
  href?: string;
}

export function Bars({ title, bars, note }: { title: string; bars: Bar[]; note?: ComponentChildren }) {
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  return (
    <section class="chart card">
      <h2>{title}</h2>
      {note && <p class="quiet">{note}</p>}
      <ul>
        {bars.map((bar) => (
          <li key={bar.name}>
            <span class="name">{bar.href ? <a href={bar.href}>{bar.name}</a> : bar.name}</span>
            <span class="value">{bar.say}</span>
            <span class="track" aria-hidden="true">
              <span style={{ width: `${(bar.value / most) * 100}%` }} />
            </span>
          </li>
        ))}
      </ul>
      {bars.length === 0 && <p class="quiet">{t("Nothing yet.")}</p>}
    </section>
  );
}
