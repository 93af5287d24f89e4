export function ownTempFolder(): void;
