using System.Text.Json.Serialization;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that a handler with a base type as parameter gets the caller's derived value, however it was passed.</summary>
public sealed class PolymorphicArgumentTests
{
    [JsonDerivedType(typeof(Cat), "cat")]
    [JsonDerivedType(typeof(Parrot), "parrot")]
    public abstract record Pet(string Name);

    public sealed record Cat(string Name, int Lives) : Pet(Name);

    public record Parrot(string Name, string Says) : Pet(Name);

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
    [JsonDerivedType(typeof(Circle), 1)]
    public interface IShape;

    public sealed record Circle(double Radius) : IShape;

    public sealed class Feed : ITaskHandler<Pet, string>
    {
        public Task<string> RunAsync(Pet arguments, TaskRunContext run, CancellationToken cancellationToken) =>
            Task.FromResult(arguments.ToString());
    }

    public static TheoryData<TaskArguments> OneCat => new()
    {
        TaskArguments.Of(new Cat("Tom", 9)),
        TaskArguments.Of<Pet>(new Cat("Tom", 9)),
        TaskArguments.Of<object>(new Cat("Tom", 9)),
        TaskArguments.Create([new Cat("Tom", 9)]),
        TaskArguments.Named(("pet", new Cat("Tom", 9))),
    };

    [Theory]
    [MemberData(nameof(OneCat))]
    public async Task InvokeAsync_DerivedValueForAParameterOfTheBase_Arrives(TaskArguments arguments)
    {
        using var rig = HandlerRig.Of((Pet pet) => pet.ToString());

        rig.Check(arguments);

        Assert.Equal("\"Cat { Name = Tom, Lives = 9 }\"", await rig.RunAsync(arguments));
    }

    [Theory]
    [MemberData(nameof(OneCat))]
    public async Task InvokeAsync_TheSameValueForAParameterOfItsOwnType_Arrives(TaskArguments arguments)
    {
        using var rig = HandlerRig.Of((Cat pet) => pet.ToString());

        Assert.Equal("\"Cat { Name = Tom, Lives = 9 }\"", await rig.RunAsync(arguments));
    }

    [Fact]
    public async Task InvokeAsync_ClassHandlerOfTheBase_GetsTheDerivedValue()
    {
        using var rig = HandlerRig.Of<Feed>();

        Assert.Equal("\"Parrot { Name = Jo, Says = hi }\"", await rig.RunAsync(TaskArguments.Of<Pet>(new Parrot("Jo", "hi"))));
        Assert.Equal("\"Parrot { Name = Jo, Says = hi }\"", await rig.RunAsync([new Parrot("Jo", "hi")]));
    }

    [Fact]
    public async Task InvokeAsync_SequencesOfDerivedValues_Arrive()
    {
        using var rig = HandlerRig.Of((IReadOnlyList<Pet> pets) => string.Join(' ', pets.Select(p => p.GetType().Name)));

        Assert.Equal("\"Cat Cat\"", await rig.RunAsync([new[] { new Cat("a", 1), new Cat("b", 2) }]));
        Assert.Equal("\"Cat\"", await rig.RunAsync([new List<Cat> { new("a", 1) }]));
        Assert.Equal("\"Parrot Cat\"", await rig.RunAsync([new Pet[] { new Parrot("a", ""), new Cat("b", 2) }]));
    }

    [Fact]
    public async Task InvokeAsync_InterfaceWithItsOwnDiscriminator_IsRead()
    {
        using var rig = HandlerRig.Of((IShape shape) => ((Circle)shape).Radius);

        Assert.Equal("2.5", await rig.RunAsync([new Circle(2.5)]));
    }

    [Fact]
    public void BroadcastJson_DerivedValue_HasItsDiscriminator() =>
        Assert.Equal("""{"$type":"cat","lives":9,"name":"Tom"}""",
            System.Text.Encoding.UTF8.GetString(TaskJson.Write(new Cat("Tom", 9), typeof(Cat))));
}
