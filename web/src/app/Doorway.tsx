import type { ReactNode } from "react";
import { Button } from "@/components/Button";
import { lang, speak, t, useLang } from "@/lib/text";

function Tower() {
  return (
    <svg viewBox="0 0 600 800" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
      <defs>
        <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stopColor="#06242b" /><stop offset="1" stopColor="#0f5661" /></linearGradient>
      </defs>
      <rect width="600" height="800" fill="url(#sky)" />
      <g fill="none" stroke="#8fd6dc" strokeWidth="1.5" opacity="0.35">
        {[90, 170, 250, 330, 410, 490].map((r) => <circle key={r} cx="360" cy="300" r={r} />)}
      </g>
      <path d="M360 300 L850 140 A515 515 0 0 1 868 390 Z" fill="#7fe3ea" opacity="0.10" />
      <g stroke="#c9f2f4" strokeWidth="5" fill="none" strokeLinecap="round" strokeLinejoin="round">
        <path d="M270 300 360 248 450 300M290 306v34h140v-34M306 340 280 640M414 340 440 640M296 450h128M288 545h144M300 450 434 545M420 450 286 545M318 340h84" />
      </g>
      <circle cx="360" cy="318" r="9" fill="#ffd27a" />
      {[[150, 180], [480, 130], [545, 300], [120, 420], [210, 90], [520, 470]].map(([x, y], i) => <circle key={i} cx={x} cy={y} r="3.500" fill="#bfeef1" opacity="0.8" />)}
    </svg>
  );
}

/** What stands around whoever is not in yet. */
export function Doorway({ children }: { children: ReactNode }) {
  useLang();
  return (
    <div className="sign-in">
      <main className="form" id="main">
        <div className="line"><img src="/icon.svg" alt="" width="34" height="34" /><strong style={{ fontSize: 18 }}>Yagura</strong>
          <span className="end" />
          <Button small look="plain" icon="globe" onClick={() => void speak(lang.get() === "ja" ? "en" : "ja")}>{lang.get() === "ja" ? "English" : "日本語"}</Button>
        </div>
        {children}
      </main>
      <div className="picture"><Tower /><p>{t("console.sign_in.motto")}</p></div>
    </div>
  );
}
