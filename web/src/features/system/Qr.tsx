import { useEffect, useState } from "react";
import { Skeleton } from "@/components/Empty";

/** `text` as a QR code: one path of squares, dark on white in either theme, so that every camera reads it. */
export function Qr({ text, says }: { text: string; says: string }) {
  const [drawn, setDrawn] = useState<{ size: number; path: string } | null>(null);
  useEffect(() => {
    let gone = false;
    void import("qrcode-generator").then(({ default: make }) => {
      const code = make(0, "M");
      code.addData(text);
      code.make();
      const size = code.getModuleCount();
      let path = "";
      for (let y = 0; y < size; ++y)
        for (let x = 0; x < size; ++x) if (code.isDark(y, x)) path += `M${x} ${y}h1v1h-1z`;
      if (!gone) setDrawn({ size, path });
    });
    return () => {
      gone = true;
    };
  }, [text]);
  if (!drawn) return <Skeleton lines={6} />;
  const quiet = 4; // modules of white around it: ISO/IEC 18004
  return (
    <svg className="qr" role="img" aria-label={says} viewBox={`${-quiet} ${-quiet} ${drawn.size + 2 * quiet} ${drawn.size + 2 * quiet}`} shapeRendering="crispEdges">
      <rect x={-quiet} y={-quiet} width="100%" height="100%" fill="#ffffff" />
      <path d={drawn.path} fill="#000000" />
    </svg>
  );
}
