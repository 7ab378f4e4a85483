import MailModel
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"),
        (1_414_649_520_000, "2014-10-30T06:12:00Z"),
        (951_782_400_000, "2000-02-29T00:00:00Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00Z"),
    ])
    func writtenAsUTCDateAndReadBack(_ milliseconds: Int, _ text: String) {
        #expect(Timestamp(milliseconds: Int64(milliseconds)).description == text)
        #expect(Timestamp(rfc3339: text)?.milliseconds == Int64(milliseconds))
    }

    @Test func everyDayOfFourCenturiesRoundTrips() {
        for day in stride(from: Int64(-146_097), through: 146_097, by: 13) {
            let time = Timestamp(seconds: day * 86_400 + 45_296)
            #expect(Timestamp(rfc3339: time.description) == time)
        }
    }

    @Test func zonesAndFractionsAreRead() {
        #expect(Timestamp(rfc3339: "2014-10-30T08:12:00+02:00")?.description == "2014-10-30T06:12:00Z")
        #expect(Timestamp(rfc3339: "2014-10-29T23:12:00-07:00")?.description == "2014-10-30T06:12:00Z")
        #expect(Timestamp(rfc3339: "2014-10-30T06:12:00.5Z")?.milliseconds == 1_414_649_520_500)
        #expect(Timestamp(rfc3339: "2014-10-30T06:12:00.123456789Z")?.milliseconds == 1_414_649_520_123)
        #expect(Timestamp(rfc3339: "2016-12-31T23:59:60Z")?.description == "2017-01-01T00:00:00Z")
    }

    @Test(arguments: [
        "", "2014-10-30", "2014-10-30T06:12:00", "2014-02-29T00:00:00Z", "2014-13-01T00:00:00Z", "2014-10-30T24:00:00Z",
        "2014-10-30T06:60:00Z", "2014-10-30T06:12:61Z", "2014-10-30T06:12:00.Z", "2014-10-30T06:12:00+2400",
        "2014-10-30T06:12:00+24:00", "2014-10-30 06:12:00Z", "+014-10-30T06:12:00Z", "2014-10-30T06:12:00ZZ",
    ])
    func otherTextIsRefused(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    /// Every operator, over the ends and what lies near them: none traps, and the order is kept.
    @Test func arithmeticStopsAtTheEnds() {
        let near: [Int64] = [0, 1, 999, 1000, 86_400_000, .max / 1000, .max / 2, .max - 1000, .max - 1, .max]
        let values = near + near.map { -$0 } + [.min, .min + 1, .min + 999]
        for value in values {
            let time = Timestamp(milliseconds: value)
            #expect(!time.description.isEmpty)
            #expect(Timestamp(seconds: value) >= Timestamp(seconds: .min))
            for other in values {
                let second = Timestamp(milliseconds: other)
                #expect((time.since(second) > .zero) == (time > second))
                for sum in [
                    time.adding(.seconds(other)), time.adding(seconds: other), time.adding(.milliseconds(other)),
                ] {
                    #expect(other == 0 ? sum == time : other > 0 ? sum >= time : sum <= time)
                }
                #expect(time.adding(seconds: other) == time.adding(.seconds(other)) || other.magnitude > 1 << 50)
            }
        }
        #expect(Timestamp(milliseconds: 5).adding(.seconds(Int64.max)).milliseconds == .max)
        #expect(Timestamp(milliseconds: -5).adding(seconds: .min).milliseconds == .min)
        #expect(Timestamp(seconds: 1).adding(.milliseconds(1500)).milliseconds == 2500)
    }

    @Test func secondsRoundDown() {
        #expect(Timestamp(milliseconds: -1).seconds == -1)
        #expect(Timestamp(milliseconds: 1999).seconds == 1)
        #expect(Timestamp(seconds: 5).adding(.seconds(60)).since(Timestamp(seconds: 5)) == .seconds(60))
    }
}
