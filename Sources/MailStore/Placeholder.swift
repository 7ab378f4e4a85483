import CZstd
import Crypto
import CryptoExtras
import GRDB

enum MailStorePlaceholder {}
