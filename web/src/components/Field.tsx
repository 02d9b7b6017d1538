import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from "react";

/** A label, its control, and below it help or what is wrong with it. The control gets its id from the child function. */
export function Field({ label, help, wrong, must, children }: {
  label: string; help?: string | undefined; wrong?: string | undefined; must?: boolean | undefined;
  children: (control: { id: string; "aria-describedby"?: string; "aria-invalid"?: boolean; required?: boolean }) => ReactNode;
}) {
  const id = useId();
  const note = wrong || help;
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
        {must && <span className="must" aria-hidden="true">*</span>}
      </label>
      {children({ id, ...(note ? { "aria-describedby": `${id}-note` } : {}), ...(wrong ? { "aria-invalid": true } : {}), ...(must ? { required: true } : {}) })}
      {note && <span id={`${id}-note`} className={wrong ? "wrong" : "help"}>{note}</span>}
    </div>
  );
}

type More = { label: string; help?: string | undefined; wrong?: string | undefined; must?: boolean | undefined };

export function TextField({ label, help, wrong, must, ...rest }: More & InputHTMLAttributes<HTMLInputElement>) {
  return <Field label={label} help={help} wrong={wrong} must={must}>{(control) => <input className="input" {...control} {...rest} />}</Field>;
}

export function ProseField({ label, help, wrong, must, ...rest }: More & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <Field label={label} help={help} wrong={wrong} must={must}>{(control) => <textarea className="input" rows={4} {...control} {...rest} />}</Field>;
}

export function ChoiceField({ label, help, wrong, must, children, ...rest }: More & SelectHTMLAttributes<HTMLSelectElement>) {
  return <Field label={label} help={help} wrong={wrong} must={must}>{(control) => <select className="input" {...control} {...rest}>{children}</select>}</Field>;
}
