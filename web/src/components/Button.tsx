import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./Icon";

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: "primary" | "danger" | "plain";
  small?: boolean;
  icon?: IconName;
  hint?: string; // the key that does the same
  children?: ReactNode;
  label?: string; // what a button of an icon alone says
};

export function Button({ look, small, icon, hint, children, label, className, ...rest }: Props) {
  const classes = ["button", look, small && "small", !children && "square", className].filter(Boolean).join(" ");
  return (
    <button type="button" className={classes} {...(label ? { "aria-label": label, title: label } : {})} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
      {hint && <kbd aria-hidden="true">{hint}</kbd>}
    </button>
  );
}
