enum POP3ServerPlaceholder {}
