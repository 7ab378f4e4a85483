import Testing

@testable import MailSync

struct RunFinderTests {
    /// Sizes that hardly repeat, the same every time.
    private func sizes(_ count: Int, seed: Int = 1) -> [Int] {
        var state = UInt64(seed)
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return 300 + Int(state >> 40) % 50_000
        }
    }

    @Test func theSameSizesAreOneRun() {
        let all = sizes(1000)
        #expect(RunFinder.runs(new: all, old: all) == [AlignedRun(new: 0, old: 0, count: 1000)])
    }

    @Test func twentyIsARunAndNineteenIsNone() {
        let all = sizes(20)
        #expect(RunFinder.runs(new: all, old: all).map(\.count) == [20])
        #expect(RunFinder.runs(new: Array(all.dropLast()), old: all).isEmpty)
    }

    @Test func whatWasTakenOutOrPutInSplitsARun() {
        let all = sizes(300)
        var new = all
        new.removeSubrange(100..<110)
        new.insert(7, at: 200)
        new += sizes(30, seed: 9)
        let runs = RunFinder.runs(new: new, old: all).sorted { $0.new < $1.new }
        #expect(
            runs == [
                AlignedRun(new: 0, old: 0, count: 100), AlignedRun(new: 100, old: 110, count: 100),
                AlignedRun(new: 201, old: 210, count: 90),
            ])
    }

    @Test func aBlockThatMovedIsFound() {
        let all = sizes(200)
        let runs = RunFinder.runs(new: Array(all[100...] + all[..<100]), old: all).sorted { $0.new < $1.new }
        #expect(runs == [AlignedRun(new: 0, old: 100, count: 100), AlignedRun(new: 100, old: 0, count: 100)])
    }

    @Test func unknownSizesMatchNothing() {
        let zeros = [Int](repeating: 0, count: 100)
        #expect(RunFinder.runs(new: zeros, old: zeros).isEmpty)
    }

    @Test func nothingIsGivenAwayTwice() {
        // The same block twice in the old listing and three times in the new one, between things that differ.
        let block = sizes(40)
        let old = sizes(30, seed: 2) + block + sizes(30, seed: 3) + block + [5]
        let new = [1] + block + [2] + block + [3] + block + [4]
        var used: Set<Int> = []
        for run in RunFinder.runs(new: new, old: old) {
            for place in 0..<run.count {
                #expect(new[run.new + place] == old[run.old + place])
                #expect(used.insert(run.old + place).inserted)
            }
        }
    }
}
