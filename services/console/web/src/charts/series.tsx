import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import UPlot from 'uplot';
import { measure } from '../parts/numbers.js';

export interface Point {
  /** Milliseconds since 1970, or a plain number when `time` is false. */
  readonly x: number;
  readonly value: number | null;
  readonly interval?: readonly [number, number];
}

export interface SeriesProps {
  readonly points: readonly Point[];
  readonly label: string;
  readonly time?: boolean;
  readonly xLabel?: (x: number) => string;
  readonly height?: number;
}

const days = [1, 2, 4, 7, 14, 28, 91, 365].map((count) => count * 86_400);

function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toLocaleDateString('en-GB', { day: '2-digit', month: 'short', timeZone: 'UTC' });
}

/** A line with its interval as a band. Whoever cannot see it has the table beside it. */
export function Series({ points, label, time = true, xLabel, height = 240 }: SeriesProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue('--mantine-color-text').trim();
    const line = style.getPropertyValue('--line').trim();
    const info = style.getPropertyValue('--info').trim();
    const axis: UPlot.Axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line } };
    const plot = new UPlot(
      {
        width: element.clientWidth || 600,
        height,
        scales: { x: { time } },
        tzDate: (ts) => UPlot.tzDate(new Date(ts * 1e3), 'UTC'),
        legend: { show: false },
        cursor: { drag: { x: false, y: false } },
        series: [
          {},
          { stroke: 'transparent', points: { show: false } },
          { stroke: 'transparent', points: { show: false } },
          { label, stroke: info, width: 2, points: { show: true, size: 6, fill: info } },
        ],
        bands: [{ series: [2, 1], fill: `${info}33` }],
        axes: [
          {
            ...axis,
            ...(xLabel === undefined
              ? { values: (_plot, ticks) => ticks.map(dayOf), incrs: days }
              : { values: (_plot, ticks) => ticks.map(xLabel), incrs: [1, 2, 5, 10, 20, 50, 100] }),
          },
          { ...axis, size: 64, values: (_plot, ticks) => ticks.map((tick) => measure(tick)) },
        ],
      },
      [
        points.map(({ x }) => (time ? x / 1000 : x)),
        points.map(({ value, interval }) => interval?.[0] ?? value),
        points.map(({ value, interval }) => interval?.[1] ?? value),
        points.map(({ value }) => value),
      ],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [points, label, time, xLabel, height, scheme]);
  return <div className="series" ref={place} role="img" aria-label={`${label}: ${points.map(({ value }) => measure(value)).join(', ')}`} />;
}
