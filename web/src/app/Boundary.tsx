import { Component, type ReactNode } from "react";
import { Button } from "@/components/Button";
import { Empty } from "@/components/Empty";
import { t } from "@/lib/text";

/** A page that fails takes nothing else with it. */
export class Boundary extends Component<{ children: ReactNode }, { failed: unknown }> {
  override state = { failed: null as unknown };
  static getDerivedStateFromError(failed: unknown) {
    return { failed };
  }
  override render() {
    if (this.state.failed === null) return this.props.children;
    return (
      <Empty icon="warn" title={t("console.broken.title")} act={<Button onClick={() => location.reload()}>{t("console.reload")}</Button>}>
        {t("console.broken.says")} <code>{String(this.state.failed)}</code>
      </Empty>
    );
  }
}
