using System.Globalization;
using System.Text.Json;
using OrleansTasks.Records;
using OrleansTasks.Text;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests the only reader of instants. None of these tests depends on the machine's time zone.</summary>
public sealed class InstantTextTests
{
    [Theory]
    [InlineData("2027-03-04", "2027-03-04T00:00:00.0000000+00:00")]
    [InlineData("2027-03-04T05:06", "2027-03-04T05:06:00.0000000+00:00")]
    [InlineData("2027-03-04 05:06:07", "2027-03-04T05:06:07.0000000+00:00")]
    [InlineData("2027-03-04T05:06:07Z", "2027-03-04T05:06:07.0000000+00:00")]
    [InlineData("2027-03-04t05:06:07z", "2027-03-04T05:06:07.0000000+00:00")]
    [InlineData("2027-03-04T05:06:07.5+09:00", "2027-03-04T05:06:07.5000000+09:00")]
    [InlineData("2027-03-04T05:06:07.123456789-0330", "2027-03-04T05:06:07.1234567-03:30")]
    [InlineData("2027-03-04T05:06+05", "2027-03-04T05:06:00.0000000+05:00")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999+00:00")]
    public void TryRead_Instant_IsReadAndIsUtcWithoutAnOffset(string text, string expected)
    {
        Assert.True(InstantText.TryRead(text, out var instant));
        Assert.Equal(expected, instant.ToString("O", CultureInfo.InvariantCulture));
        Assert.Equal(instant, JsonSerializer.Deserialize<DateTimeOffset>($"\"{text}\"", TaskJson.Options));
    }

    [Theory]
    [InlineData("03/04/2027")]
    [InlineData("2027/03/04")]
    [InlineData("4 March 2027")]
    [InlineData("20270304")]
    [InlineData("2027-03-04T05")]
    [InlineData("2027-03-04T05:06:07+25:00")]
    [InlineData("2027-03-04T05:06:07+14:01")]
    [InlineData("2027-03-04T05:06:07 02:00")]
    [InlineData("2027-03-04T05:06:60Z")]
    [InlineData("2027-03-04T24:00:00Z")]
    [InlineData("2027-02-29")]
    [InlineData("2027-13-01")]
    [InlineData("27-03-04")]
    [InlineData("2027-3-4")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("2027-03-04T")]
    [InlineData(" 2027-03-04")]
    [InlineData("2027-03-04T05:06:07Europe/Berlin")]
    [InlineData("1700000000")]
    [InlineData("now")]
    [InlineData("")]
    [InlineData(null)]
    public void TryRead_InvalidOrAmbiguousInstant_IsRejected(string? text)
    {
        Assert.False(InstantText.TryRead(text, out _));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<DateTimeOffset>(JsonSerializer.Serialize(text), TaskJson.Options));
    }

    [Fact]
    public void Json_InstantsOfOptionsAndDictionaries_AreReadTheSame()
    {
        var options = JsonSerializer.Deserialize<DispatchOptions>("""{"at":"2027-03-04T05:06:07","expiresAt":"2027-03-05"}""",
            TaskJson.Options)!;
        var byInstant = JsonSerializer.Deserialize<Dictionary<DateTimeOffset, int>>("""{"2027-03-04T05:06:07":1}""", TaskJson.Options)!;

        Assert.Equal(new DateTimeOffset(2027, 3, 4, 5, 6, 7, TimeSpan.Zero), options.At);
        Assert.Equal(new DateTimeOffset(2027, 3, 5, 0, 0, 0, TimeSpan.Zero), options.ExpiresAt);
        Assert.Equal(options.At, byInstant.Keys.Single());
        Assert.Equal("""{"2027-03-04T05:06:07+00:00":1}""", JsonSerializer.Serialize(byInstant, TaskJson.Options));
    }

    [Theory]
    [InlineData("""{"every":"01:00:00","anchor":"2027-03-04T05:06:07"}""", "2027-03-04T05:06:07Z")]
    [InlineData("""{"at":"2027-03-04T05:06:07"}""", "2027-03-04T05:06:07Z")]
    [InlineData("""{"cron":"7 6 5 4 3 *","start":"2027-03-04T05:06:07"}""", "2027-03-04T05:06:07Z")]
    [InlineData("""{"cron":"0 7 * * *","timeZone":"Asia/Tokyo","start":"2027-03-04T05:06:07"}""", "2027-03-03T20:06:07Z")]
    public void Json_InstantsOfSchedules_AreInTheirZoneOrUtc(string json, string expected)
    {
        var schedule = JsonSerializer.Deserialize<TaskSchedule>(json, StoredJson.Options);
        var instant = schedule switch { EverySchedule e => e.Anchor, AtSchedule a => a.Instant, var other => other!.Start };

        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), instant);
    }
}
