using CsCheck;
using OrleansTasks.Archive;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit.Archive;

/// <summary>Tests that looking at the stored bytes first never hides a run that has a text.</summary>
public sealed class DetailsTextTests
{
    private static readonly string[] Texts = ["order 4711", "ÄÖ\"", "a\\b", "\u0001", "ſk", "K", "disk-full.1", "]", " "];

    [Fact]
    public void MayBeIn_OfRunsThatHaveTheText_IsAlwaysTrue()
    {
        var text = Gen.OneOf(Gen.Int[0, Texts.Length - 1].Select(n => Texts[n]), Gen.String[0, 6]);
        Gen.Select(text, text, text, Gen.Bool).Sample((before, wanted, after, isError) =>
        {
            wanted = wanted.Length == 0 ? "x" : wanted;
            var has = before + wanted + after;
            var result = new TaskResult
            {
                RunId = new RunId("t", Guid.NewGuid()),
                Status = RunStatus.Failed,
                Trigger = RunTrigger.Request,
                Attempt = 1,
                Error = isError ? has : null,
                Arguments = isError ? null : TaskArguments.Of(has),
            };
            using var writer = new ResultWriter();
            writer.Add(result);

            if (ArchiveRows.HasText(result, wanted))
            {
                Assert.True(new DetailsText(wanted).MayBeIn(writer.ToArray()));
            }
        });
    }

    [Theory]
    [InlineData("disk", true)]
    [InlineData("DISK is", true)]
    [InlineData("disc", false)]
    public void MayBeIn_OfOtherRuns_IsFalseForPlainTexts(string text, bool expected) =>
        Assert.Equal(expected, new DetailsText(text).MayBeIn("""[{"error":"The disk is full."}]"""u8));
}
