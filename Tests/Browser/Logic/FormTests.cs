using System.Text.Json;
using NodaTime;
using OrleansTasks.Ui;

namespace OrleansTasks.Tests.Browser;

public sealed class FormTests
{
    private static readonly Clock Berlin = new(DateTimeZoneProviders.Tzdb["Europe/Berlin"]);

    private static readonly HandlerInfo Handler = new()
    {
        Name = "h",
        Parameters =
        [
            new() { Name = "n", Type = "int", Kind = ArgumentKind.Integer },
            new() { Name = "text", Type = "string", Kind = ArgumentKind.Text },
            new() { Name = "at", Type = "DateTimeOffset?", Kind = ArgumentKind.Instant, Optional = true, Nullable = true },
            new() { Name = "data", Type = "Data", Kind = ArgumentKind.Any, Optional = true },
            new() { Name = "flag", Type = "bool", Kind = ArgumentKind.Boolean },
        ],
    };

    [Fact]
    public void Form_FilledIn_GivesNamedArguments()
    {
        var form = ArgumentForm.Of(Handler, null, Berlin)!;
        (form.Fields[0].Text, form.Fields[1].Text, form.Fields[2].Text, form.Fields[3].Text, form.Fields[4].Text) = ("12", " \"quoted\" ",
            "2026-07-01T09:00", """{"a":[1]}""", "true");

        var arguments = form.Read(Berlin);

        Assert.Equal("""{"n":12,"text":" \"quoted\" ","at":"2026-07-01T09:00:00+02:00","data":{"a":[1]},"flag":true}""",
            JsonSerializer.Serialize(arguments, TaskJson.Options));
    }

    [Fact]
    public void Form_ExistingArguments_RoundTrip()
    {
        var form = ArgumentForm.Of(Handler, TaskArguments.Create([7, "x"]).WithNamed(TaskArguments.From(new { Flag = true })), Berlin)!;

        Assert.Equal(["7", "x", "", "", "true"], form.Fields.Select(f => f.Text));
        Assert.Equal("""{"n":7,"text":"x","flag":true}""", JsonSerializer.Serialize(form.Read(Berlin), TaskJson.Options));
    }

    [Theory]
    [InlineData(0, "", "A value is needed.")]
    [InlineData(0, "1.5", "A whole number is needed.")]
    [InlineData(2, "soon", "A date and a time are needed.")]
    [InlineData(3, "{", "This is not valid JSON.")]
    public void Form_NotValid_NamesTheField(int field, string text, string fault)
    {
        var form = ArgumentForm.Of(Handler, TaskArguments.From(new { n = 1 }), Berlin)!;
        form.Fields[field].Text = text;

        Assert.Null(form.Read(Berlin));
        Assert.StartsWith(fault, form.Fields[field].Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00:05:00", "00:05:00")]
    [InlineData("PT90S", "00:01:30")]
    [InlineData("36:00:00", "1.12:00:00")]
    [InlineData("5", null)]
    [InlineData("soon", null)]
    public void Form_Duration_AcceptsEveryFormat(string text, string? expected)
    {
        var form =
            ArgumentForm.Of(
                new HandlerInfo { Name = "h", Parameters = [new() { Name = "d", Type = "TimeSpan", Kind = ArgumentKind.Duration }] }, null,
                Berlin)!;
        form.Fields[0].Text = text;

        var arguments = form.Read(Berlin);

        Assert.Equal(expected is null ? "null" : $$"""{"d":"{{expected}}"}""", JsonSerializer.Serialize(arguments, TaskJson.Options));
        Assert.Equal(expected is null,
            form.Fields[0].Fault?.StartsWith($"A duration is needed: '{text}' is ", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Form_InstantWithoutAnOffset_IsShownAsUtc()
    {
        var form = ArgumentForm.Of(Handler, TaskArguments.From(new { n = 1, at = "2026-07-01T07:00:00" }), Berlin)!;

        Assert.Equal("2026-07-01T09:00", form.Fields[2].Text);
    }

    [Fact]
    public void Form_ArgumentsThatNoFieldSupports_HaveNoForm()
    {
        Assert.Null(ArgumentForm.Of(null, null, Berlin));
        Assert.Null(ArgumentForm.Of(Handler with { TakesAny = true }, null, Berlin));
        Assert.Null(ArgumentForm.Of(Handler, TaskArguments.From(new { other = 1 }), Berlin));
        Assert.Null(ArgumentForm.Of(Handler, [1, 2, 3, 4, 5, 6], Berlin));
    }

    [Theory]
    [InlineData("""{"every":"00:00:05","anchor":"2026-01-01T00:00:00+00:00"}""", ScheduleKind.Every)]
    [InlineData("""{"cron":"0 9 * * MON-FRI","timeZone":"Europe/Berlin","maxRuns":7}""", ScheduleKind.Cron)]
    [InlineData("""{"rrule":"FREQ=DAILY","start":"2026-01-01T00:00:00","timeZone":"Europe/Berlin"}""", ScheduleKind.Rule)]
    [InlineData("""{"at":"2026-10-25T02:30:00","timeZone":"Europe/Berlin","overlap":"second"}""", ScheduleKind.Json)]
    [InlineData("""{"any":[{"every":"00:00:05"},{"every":"00:00:07"}]}""", ScheduleKind.Json)]
    public void Draft_NotChanged_IsTheSameSchedule(string json, ScheduleKind kind)
    {
        var schedule = JsonSerializer.Deserialize<TaskSchedule>(json, TaskJson.Options)!;

        var draft = new ScheduleDraft(schedule, Berlin);

        Assert.Equal(kind, draft.Kind);
        Assert.Equal(schedule, draft.Read(Berlin, out var fault));
        Assert.Null(fault);
    }

    [Fact]
    public void Draft_Changed_KeepsSettingsWithoutAField()
    {
        var draft =
            new ScheduleDraft(
                JsonSerializer.Deserialize<TaskSchedule>(
                    """{"cron":"0 9 * * *","timeZone":"Europe/Berlin","maxRuns":7,"calendars":["bank","city"],"closedDays":"next"}""",
                    TaskJson.Options), Berlin)
            { Cron = "5 10 * * *", Zone = "" };
        Assert.Equal("""{"cron":"5 10 * * *","maxRuns":7,"calendars":["bank","city"],"closedDays":"next"}""",
            JsonSerializer.Serialize(draft.Read(Berlin, out _), TaskJson.Options));
        draft.Kind = ScheduleKind.Every;
        Assert.Equal("""{"every":"00:05:00"}""", JsonSerializer.Serialize(draft.Read(Berlin, out _), TaskJson.Options));
        (draft.Kind, draft.At) = (ScheduleKind.Once, "2030-01-01T00:00");
        Assert.Contains("2029-12-31T23:00:00", JsonSerializer.Serialize(draft.Read(Berlin, out _), TaskJson.Options),
            StringComparison.Ordinal);
        (draft.Kind, draft.Cron) = (ScheduleKind.Cron, "nonsense");
        Assert.Null(draft.Read(Berlin, out var fault));
        Assert.NotNull(fault);
        draft.Kind = ScheduleKind.None;
        Assert.Null(draft.Read(Berlin, out fault));
        Assert.Null(fault);
    }
}
