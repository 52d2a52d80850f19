using System.Globalization;
using System.Text.Json;
using OrleansTasks.Text;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests the only reader of durations.</summary>
public sealed class SpanTextTests
{
    [Theory]
    [InlineData("PT90S", "00:01:30")]
    [InlineData("pt0.5s", "00:00:00.5000000")]
    [InlineData("PT1,5H", "01:30:00")]
    [InlineData("P1DT2H3M4S", "1.02:03:04")]
    [InlineData("P2W", "14.00:00:00")]
    [InlineData("-PT1M", "-00:01:00")]
    [InlineData("PT36H", "1.12:00:00")]
    [InlineData("00:01:30", "00:01:30")]
    [InlineData("24:00:00", "1.00:00:00")]
    [InlineData("100:00:00", "4.04:00:00")]
    [InlineData("876000:00:00", "36500.00:00:00")]
    [InlineData("1.02:03:04.5", "1.02:03:04.5000000")]
    [InlineData("10:30", "10:30:00")]
    [InlineData("-1.00:00:00", "-1.00:00:00")]
    [InlineData("00:00:00.0000001", "00:00:00.0000001")]
    [InlineData("10675199.02:48:05.4775807", "10675199.02:48:05.4775807")]
    public void TryRead_Duration_IsRead(string text, string expected)
    {
        Assert.True(SpanText.TryRead(text, out var span));
        Assert.Equal(expected, span.ToString("c", CultureInfo.InvariantCulture));
        Assert.Equal(span, JsonSerializer.Deserialize<TimeSpan>($"\"{text}\"", TaskJson.Options));
        Assert.Equal(span, JsonSerializer.Deserialize<TimeSpan>(JsonSerializer.Serialize(span, TaskJson.Options), TaskJson.Options));
    }

    [Theory]
    [InlineData("5", "'5' is a number without a unit. Write PT5S for seconds, PT5M for minutes, or P5D for days")]
    [InlineData("90", "'90' is a number without a unit. Write PT90S for seconds, PT90M for minutes, or P90D for days")]
    [InlineData("1.5", "'1.5' is a number without a unit. Write it as a span of time such as PT90S, 00:01:30 or 1.00:00:00")]
    [InlineData("-3", "'-3' is a number without a unit. Write it as a span of time such as PT90S, 00:01:30 or 1.00:00:00")]
    [InlineData("P1M",
        "'P1M' has months or years, which have no fixed length. Use a recurrence rule with FREQ=MONTHLY or FREQ=YEARLY, or days")]
    [InlineData("P1YT1H",
        "'P1YT1H' has months or years, which have no fixed length. Use a recurrence rule with FREQ=MONTHLY or FREQ=YEARLY, or days")]
    [InlineData("soon", "'soon' is not a valid span of time such as PT90S, 00:01:30 or 1.00:00:00")]
    [InlineData("", "'' is not a valid span of time such as PT90S, 00:01:30 or 1.00:00:00")]
    public void Fault_InvalidDuration_GivesARemedy(string text, string expected)
    {
        Assert.False(SpanText.TryRead(text, out _));
        Assert.Equal(expected, SpanText.Fault(text));
    }

    [Theory]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("PT1M1H")]
    [InlineData("PT1.5M1S")]
    [InlineData("P1H")]
    [InlineData("PT1D")]
    [InlineData("00:60:00")]
    [InlineData("00:00:60")]
    [InlineData("1.24:00:00")]
    [InlineData("1:2:3")]
    [InlineData("01:02:03:04")]
    [InlineData("01:02:03.")]
    [InlineData("5s")]
    [InlineData("P99999999999D")]
    [InlineData("10675199.02:48:05.4775808")]
    [InlineData(" 00:01:00")]
    public void TryRead_InvalidDuration_IsRejected(string text) => Assert.False(SpanText.TryRead(text, out _));

    [Theory]
    [InlineData("""{"timeout":"90"}""", "'90' is a number without a unit.")]
    [InlineData("""{"delay":90}""", "'90' is a number without a unit.")]
    [InlineData("""{"retry":{"delay":"5"}}""", "'5' is a number without a unit.")]
    [InlineData("""{"timeout":true}""", "A True is not a valid span of time")]
    public void Json_OfOptions_NamesTheFault(string json, string expected) =>
        Assert.StartsWith(expected,
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<DispatchOptions>(json, TaskJson.Options)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Json_OfOptions_AcceptsEachFormat()
    {
        var options = JsonSerializer.Deserialize<DispatchOptions>(
            """{"timeout":"PT90S","delay":"36:00:00","retry":{"delay":"PT2S","maxDelay":"1.00:00:00"}}""", TaskJson.Options)!;

        Assert.Equal((TimeSpan.FromSeconds(90), TimeSpan.FromHours(36)), (options.Timeout, options.Delay));
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromDays(1)), (options.Retry!.Delay, options.Retry.MaxDelay));
    }

    [Theory]
    [InlineData("""{"every":"10"}""")]
    [InlineData("""{"after":"10"}""")]
    [InlineData("""{"every":"01:00:00","jitter":"10"}""")]
    public void Json_OfSchedules_RejectsABareNumber(string json) =>
        Assert.Contains("'10' is a number without a unit. Write PT10S for seconds",
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TaskSchedule>(json, TaskJson.Options)).Message,
            StringComparison.Ordinal);
}
