extension HTMLText {
    /// The last place at or before `end` that is not inside a tag: where HTML may be cut (RFC 8621 §4.2
    /// maxBodyValueBytes). A cut inside a comment or a script is left where it is.
    public static func endOutsideTags(_ bytes: UnsafeRawBufferPointer, upTo end: Int) -> Int {
        let end = min(max(end, 0), bytes.count)
        var tokenizer = HTMLTokenizer(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        while tokenizer.next() != nil {}
        if let start = tokenizer.incompleteStart { return isComment(bytes, start, end) ? end : start }
        // A tag of which only "<" or "</" is left looks like text.
        if end > 0, bytes[end - 1] == 0x3C { return end - 1 }
        if end > 1, bytes[end - 1] == 0x2F, bytes[end - 2] == 0x3C { return end - 2 }
        return end
    }

    private static func isComment(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
        end - start >= 4 && bytes[start + 1] == 0x21 && bytes[start + 2] == 0x2D && bytes[start + 3] == 0x2D
    }
}
