enum JMAPPlaceholder {}
