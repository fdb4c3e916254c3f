/** Something a person can mend; the command ends with its message and no stack. */
export class Complaint extends Error {}
