/** A few ways to look, one of them taken. */
export function Choices({ label, at, of, onChange }: { label: string; at: string; of: { id: string; says: string; count?: number | undefined }[]; onChange: (id: string) => void }) {
  return (
    <div className="choices" role="group" aria-label={label}>
      {of.map((one) => (
        <button key={one.id} type="button" aria-pressed={one.id === at} onClick={() => onChange(one.id)}>
          {one.says}
          {one.count !== undefined && <span className="count">{one.count}</span>}
        </button>
      ))}
    </div>
  );
}
