/** A row of small bars. What it shows stands in its label as well, for who does not see it. */
export function Spark({ values, says, wide = 120 }: { values: number[]; says: string; wide?: number }) {
  const most = Math.max(1, ...values);
  const step = wide / Math.max(1, values.length);
  return (
    <svg className="spark" role="img" aria-label={says} viewBox={`0 0 ${wide} 24`} width={wide} height="24" preserveAspectRatio="none">
      <title>{says}</title>
      <path d={`M0 23.5H${wide}`} className="floor" />
      {values.map((value, i) => value > 0 && <rect key={i} x={i * step} y={24 - Math.max(1.5, (22 * value) / most)} width={Math.max(1, step - 1)} height={Math.max(1.5, (22 * value) / most)} />)}
    </svg>
  );
}
