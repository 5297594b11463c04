/** Whether an identifier is that of a paper's figure: the row first, then a dot and a name. */
export const isPaperFigureId = (id: string): boolean => /^[A-Z]-[a-z0-9-]+\./.test(id);
